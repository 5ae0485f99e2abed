"""The store: tables, migrations, snapshots, ids. Generic, none per scheme."""
