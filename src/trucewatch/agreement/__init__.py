"""The paper and what is held against it: Markdown and TOML to clauses, incidents and effort to statuses."""
