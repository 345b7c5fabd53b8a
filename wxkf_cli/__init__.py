"""Test a WeChat Mini Program customer-service handler on your own machine."""

__version__ = "0.1.0"
