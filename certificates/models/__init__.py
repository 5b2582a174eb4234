from certificates.models.certificate import Certificate, CertificateEvent, CertificateFile
from certificates.models.external import ExternalTraining
from certificates.models.register import Register
from certificates.models.template import CertificateTemplate, TemplateVersion
from certificates.models.training import TrainingRecord

__all__ = [
    "Certificate",
    "CertificateEvent",
    "CertificateFile",
    "CertificateTemplate",
    "ExternalTraining",
    "Register",
    "TemplateVersion",
    "TrainingRecord",
]
