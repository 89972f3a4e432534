/** What `fwoa` alone says: how to start. */
export function welcome(): string {
  return `fwoa: a FHIR API in front of your health data.

Start here:
  $ fwoa local --demo              a FHIR server on this machine, with a few sample patients
  $ fwoa import ./my-data          your own bundles and resources into it

Who may:
  $ fwoa add-user me --role practitioner --local
  $ TOKEN=$(fwoa token --user me --local)
  $ API_KEY=$(fwoa add-client my-system --local)
  $ curl 'http://127.0.0.1:8080/Patient?_pretty=true' -H "x-api-key: $API_KEY" -H "authorization: Bearer $TOKEN"

Then:
  $ fwoa local --help              each command has examples
  $ fwoa --help                    all commands and topics
`;
}
