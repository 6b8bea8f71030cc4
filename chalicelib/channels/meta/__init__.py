"""What Meta's platforms share: `hub` verifies, `graph` reads the API's answers. Messenger and
Instagram are one protocol: `source` parses (shapes in `wire`, meaning in `messages`,
`attachments`, `notices` and `comments`), `send` sends."""
