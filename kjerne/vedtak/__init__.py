"""Decisions, questions and answers, and the accounting of cases."""
