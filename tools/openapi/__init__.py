"""The contract as an OpenAPI document: made from the models and the errors, so that it cannot drift from them."""
