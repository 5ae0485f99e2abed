"""Management: the daily report, its figures and charts. What is read here is never written back."""
