"""The command `ordning`. Thin doors: each command reads its arguments, calls a room and shows the answer."""
