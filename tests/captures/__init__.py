"""Wire captures of real SDKs: made here and now by the libraries themselves, then linted as a user's would be."""
