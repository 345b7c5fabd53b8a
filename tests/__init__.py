"""The tests of wxkf. A package, so that a test can import what stands beside it."""
