"""Handlers written on real SDKs, each a program of its own, and what starts them from a test."""
