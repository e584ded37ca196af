"""The operations room: sign-in, who may see and do what, and the pages of the people who monitor, determine and answer."""
