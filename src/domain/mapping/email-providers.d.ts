/** The package has no types of its own: a list of domains that give anybody a mail address. */
declare module 'email-providers' {
  const domains: readonly string[];
  export default domains;
}
