"""WATCH: devices that speak up before they fail.

reports      what a device says: contract C7, refused where it can't be trusted, set aside
rules        what a brand wants to hear of: conditions, rules, which hold for a device
baseline     what is usual on a device, and how far from it a reading is
state        what is known of a device: rules folded over its entries, alerts, expected dates
incidents    many devices, one trouble
things       devices in AWS IoT: a thing, a certificate, a policy

changes      what reports, time, staff or a maintenance make of a device; news tells it
watch        a batch of reports into states; writing and telling put both where they belong
sweeping     devices that say nothing, each looked at when its silence would mean something
registering  whose a device is, and which rules of its own it has
handling     what staff do with an alert
"""
