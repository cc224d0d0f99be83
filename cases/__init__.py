"""The domain: citizens, conversations, messages, cases, deadlines, events. All writes go through `cases.services`."""
