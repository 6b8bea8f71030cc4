"""One exception tree. Each class says what went wrong; each message says what to do about it.

Two families matter to the queues: a `TemasError` that is `transient` is worth another try by
itself, any other needs a person (the message waits in the dead-letter queue until it is redriven).
"""


class TemasError(Exception):
    """Base of everything Temas raises on purpose."""

    status = 500
    """HTTP status the web layer answers with."""
    title = "Something went wrong"
    transient = False


class ConfigurationError(TemasError):
    """The deployment or a secret lacks something; the message names the command that sets it."""

    title = "Temas is not fully configured"


class PlaybookError(ConfigurationError):
    """`playbook.toml` holds something Temas can't follow; the message names line and fix."""

    title = "The playbook needs a correction"


class Unavailable(TemasError):
    """A service Temas depends on is throttled or down; the same call may succeed later."""

    status = 503
    title = "Try again shortly"
    transient = True


class Contention(Unavailable):
    """Other workers kept changing the same records; the work is safe to repeat."""


class StoreRejected(TemasError):
    """DynamoDB will never accept this write (too large, a wrong type): it needs a person."""

    title = "The data can't be stored"


class ParseError(TemasError):
    """A delivery or report isn't what its platform documents; the message names the field."""

    status = 400
    title = "The payload can't be read"


class SignatureError(TemasError):
    """A webhook's signature is missing, wrong or too old."""

    status = 401
    title = "The signature does not match"


class PlatformRefused(TemasError):
    """A platform will not do what we asked of it, now or later; the message has its words."""

    title = "A platform refused"


class RequestError(TemasError):
    """A caller's request can't be carried out as it stands."""

    status = 400
    title = "The request can't be carried out"


class InvalidRequest(RequestError):
    """The body or a parameter has the wrong shape."""

    status = 400
    title = "The request is not valid"


class Unauthenticated(RequestError):
    """No valid API key came with the request."""

    status = 401
    title = "An API key is needed"


class Forbidden(RequestError):
    """The API key lacks the scope that this call needs."""

    status = 403
    title = "The API key does not allow this"


class ConsentMissing(RequestError):
    """The customer has not agreed to this, or not any more."""

    status = 403
    title = "The customer's consent is needed"


class NotFound(RequestError):
    """Nothing is stored under that name."""

    status = 404
    title = "Not found"


class Conflict(RequestError):
    """The thing's present state rules the request out."""

    status = 409
    title = "Not possible in the present state"


class TooLarge(RequestError):
    """The body is over the limit."""

    status = 413
    title = "The body is too large"
