"""The door for applicants and machines: applications in over HTTP, a form for each scheme, and where a case stands."""
