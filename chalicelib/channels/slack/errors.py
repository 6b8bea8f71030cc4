"""What Slack's error codes mean, in plain English."""

_STALE = "The app's token is not valid: put the present one into the platform secrets"
_RESTRICTED = "The workspace's administrators do not let the app write here"

EXPLANATIONS = {
    "account_inactive": "The app was removed from the workspace: install it again",
    "as_user_not_supported": _STALE,
    "cannot_dm_bot": "The address is a bot's: bots can't write to each other",
    "cannot_reply_to_message": "This message can't be answered in a thread",
    "channel_not_found": "No such channel or person, or the app may not see it",
    "ekm_access_denied": "The workspace's administrators have suspended writing here",
    "invalid_auth": _STALE,
    "invalid_blocks": "Slack finds a part of the message invalid",
    "is_archived": "The channel is archived",
    "message_limit_exceeded": "Too many messages were sent in this channel: Slack takes no more",
    "messages_tab_disabled": "The app takes no direct messages: switch on its messages tab",
    "missing_scope": "The app lacks the permission to write: add chat:write and install it again",
    "msg_too_long": "The text is longer than Slack takes",
    "no_permission": "The app may not write in this workspace",
    "no_text": "A message needs words",
    "not_authed": _STALE,
    "not_in_channel": "The app is not in the channel: invite it there",
    "org_login_required": "The workspace is moving to another organisation",
    "rate_limited": "Too many messages in a short time: Slack takes more later",
    "ratelimited": "Too many messages in a short time: Slack takes more later",
    "restricted_action": _RESTRICTED,
    "restricted_action_non_threadable_channel": "This channel has no threads",
    "restricted_action_read_only_channel": _RESTRICTED,
    "restricted_action_thread_locked": "The thread is locked",
    "restricted_action_thread_only_channel": "In this channel the app may only answer in threads",
    "team_access_not_granted": "The app was not approved for this workspace",
    "token_expired": _STALE,
    "token_revoked": "The app was removed from the workspace: install it again",
}

BUSY = frozenset({"rate_limited", "ratelimited", "team_added_to_org"})
"""Nothing was sent, and a later try is worth it."""

BROKEN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Slack does not know itself whether it was sent."""
