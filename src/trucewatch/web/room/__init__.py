"""The operations room: sign-in, who may see and do what, and the pages of those who monitor, determine and answer."""
