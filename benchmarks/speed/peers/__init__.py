"""What people would use instead, doing the same job, and two ceilings; docs/peers.md compares."""
