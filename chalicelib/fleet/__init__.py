"""WATCH: devices that speak up before they fail.

reports    what a device says: contract C7, refused where it can't be trusted
rules      what a brand wants to hear of, as values
state      what is known of a device
folding    rules over readings in time order: which spells were there?
watching   a report or a maintenance added to the state, and the alerts that follow
records    a state as the store keeps it
"""
