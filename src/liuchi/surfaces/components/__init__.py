"""What portal, desk and api share: access, forms, error pages, tokens, base templates."""
