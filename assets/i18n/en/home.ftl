# A member's first page.
home-greeting = Hello, { $name }
home-as-of = As of
home-unknown = { $count } accounts with an unknown balance are left out
home-first-title = Link an account to begin
home-first-text = See your balances at a glance and pay shops straight from your account.
home-needs-title = Needs your attention
home-finish-link = Finish linking your account
home-checking-text = Please wait, and do not pay again for what is being checked with the bank.
home-latest-title = Latest
home-ways = Shortcuts
home-way-link = Add a NongHyup account
home-way-mandates = Lower limits or end one
home-way-statement-title = Statement
home-way-statement = Choose a period and download
home-way-notices = Maintenance and news
