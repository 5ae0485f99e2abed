"""Alembic runs the migrations on the connection, and in the transaction, that `oppgradering.oppgrader` hands over."""

from alembic import context

from kjerne.lager.tabeller import metadata

forbindelse = context.config.attributes["connection"]
context.configure(connection=forbindelse, target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
