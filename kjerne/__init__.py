"""The engine of Ordning. It knows no scheme and no Prefect."""
