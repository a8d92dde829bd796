"""What the speed benchmarks are made of: programs, traffic, drivers, rounds and reports."""
