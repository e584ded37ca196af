"""From observations to what can be said of them: associate, locate, attribute, and how much was watched. Pure."""
