"""The contract as an OpenAPI document, generated from the models and errors so that it cannot drift from them."""
