// Posts the answer of an authorization to the application at once; without scripts there is a button (form_post.html).
document.forms[0].submit();
