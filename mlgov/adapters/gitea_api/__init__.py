"""What Gitea's replies mean, and how a repository is set up there."""
