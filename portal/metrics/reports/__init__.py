"""工作简报: monthly and quarterly bulletins, numbered, with the figures frozen as issued.

`issue_report` queues the work; the job reads the figures once, freezes them as rows of the bulletin, and makes the .docx
and the .xlsx from these rows alone. A correction later changes the series, never an issued bulletin.
"""
