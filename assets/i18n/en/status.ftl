# States of a transfer, and whether money moved.
status-queued = Received
status-executing = Sending to bank
status-succeeded = Completed
status-failed = Failed
status-unknown = Checking with bank
status-needs_review = In review
status-canceled = Canceled
status-expired = Expired
moved-yes = Money moved
moved-no = No money moved
moved-unknown = Checking with the bank
status-pauses = Balances and account checks pause until the bank answers again. Payments go on.
status-expected = A payment made now goes to the bank in about { $secs } seconds.
