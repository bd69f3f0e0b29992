"""The page on which we thank by name those who agreed to be named."""
