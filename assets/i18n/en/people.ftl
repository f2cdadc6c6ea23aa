# The desk: finding a member.
cs-members-title = Find a member
cs-members-find = Email, phone number or name
cs-members-hint = Type all of the email, the number or the name, exactly.
cs-members-nothing = No member has exactly this.
cs-member-email = Email
cs-member-joined = Joined
cs-member-id = Member ID
cs-member-accounts = Accounts
cs-member-no-accounts = No linked accounts
cs-account-active = Linked
