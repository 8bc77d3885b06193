"""The service on this machine: the same template, built and deployed by SAM CLI into an emulator of AWS."""
