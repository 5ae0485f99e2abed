"""The operator console: pages for people who run a scheme. A thin door over kjerne.kjoring; no JavaScript, no state but the session."""
