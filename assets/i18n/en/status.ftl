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
