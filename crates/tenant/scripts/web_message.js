// Hands the answer of an authorization to the page that opened or framed this one: to the origin of the redirect URI,
// which the tenant has found among the client's web origins, and to no other (RFC 9700 §4.17).
{
  const { message, targetOrigin } = document.currentScript.dataset;
  (window.opener ?? window.parent).postMessage(JSON.parse(message), targetOrigin);
}
