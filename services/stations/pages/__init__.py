"""Pages: `public` and `lists` for everybody, without a sign-in; `editing`, `people` and parts of `lists` for staff."""
