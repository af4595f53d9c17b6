"""The commands of `yingke`, one file per subject; each only reads options, calls the product and prints."""
