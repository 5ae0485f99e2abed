"""Payment formats behind one port: `port` says what a format can do, `formater` which there are."""
