"""What Meta's platforms share: `hub` verifies, `graph` reads the API's answers, `extras` keeps what
comes along, `parts` sends one message as several requests. Messenger and Instagram are one
protocol: `source` parses (shapes in `wire`, meaning in `messages`, `attachments`, `notices` and
`comments`), `send` sends."""
