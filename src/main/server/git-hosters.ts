/** SHA256 fingerprints that large hosters publish for their host keys, and where: a person need not compare these. */
const published: Readonly<Record<string, readonly string[]>> = {
  // docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints
  'GitHub': ['+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU', 'p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM', 'uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s'],
  // docs.gitlab.com/user/gitlab_com, gitlab.com/help/instance_configuration
  'GitLab.com': ['eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8', 'HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw', 'ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ'],
  // docs.codeberg.org/security/ssh-fingerprint
  'Codeberg': ['mIlxA9k46MmM6qdJOdMnAQpzGxF4WIVVL+fj+wZbw0g', 'T9FYDEHELhVkulEKKwge5aVhVTbqCW0MIRwAfpARs/E', '6QQmYi4ppFS4/+zSZ5S4IU+4sa6rwvQ4PbhCtPEBekQ'],
  // support.atlassian.com/bitbucket-cloud/docs/configure-ssh-and-two-step-verification
  'Bitbucket': ['ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM', 'FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0', '46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E'],
}

/** The hoster whose published key has this fingerprint (`SHA256:...`), or null. */
export function hosterOf(sha256: string): string | null {
  return Object.entries(published).find(([, fingerprints]) => fingerprints.some((one) => sha256 === `SHA256:${one}`))?.[0] ?? null
}
