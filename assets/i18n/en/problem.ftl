# What is wrong with a field of a form.
problem-required = Please fill this in.
problem-email_format = Please check the email address.
problem-password_too_short = Use 10 characters or more.
problem-password_too_long = Use at most 128 characters.
problem-name_too_long = Use at most 40 characters.
problem-birth_date_format = Please check the date of birth.
problem-too_young = You can join from the age of 14.
problem-bank_unknown = Please choose a bank.
problem-account_number_format = An account number has 10 to 14 digits.
problem-nickname_too_long = Use at most 20 characters.
problem-consent_required = You can link the account once you agree.
problem-too_long = This is too long.
problem-choice_unknown = This is not in the list.
problem-choice_needed = Please choose one.
problem-date_format = Write the date like 2026-11-25.
problem-dates_reversed = The last day is before the first.
problem-password_wrong = This is not your password. Please check it.
