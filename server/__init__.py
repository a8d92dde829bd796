"""The service around the domain: HTTP, worker, records and command line, wired in one place."""
