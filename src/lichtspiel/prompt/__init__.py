"""From a short sentence to a full shot description."""
