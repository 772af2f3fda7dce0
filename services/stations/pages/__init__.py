"""Pages: `public` for everybody, without a sign-in; `editing` for the bureau."""
