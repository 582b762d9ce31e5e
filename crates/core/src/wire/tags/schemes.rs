//! Tags that belong to schemes (JR/T 0025.5, 0025.12 and 0025.13; kernels 2 and 3; `GlobalPlatform`
//! for `9F7F`).
//!
//! `Any` in this file: `UnionPay` and Visa agree. A number with another meaning for Mastercard has
//! a second line.

use super::{Entry, Format, Kernel, bits, dictionary};
use crate::wire::tlv::Tag;

dictionary! {
    Any 0x9F51 APPLICATION_CURRENCY_CODE_SCHEME N "Application Currency Code";
    Any 0x9F52 APPLICATION_DEFAULT_ACTION B "Application Default Action (ADA)";
    Any 0x9F53 CONSECUTIVE_LIMIT_INTERNATIONAL B "Consecutive Transaction Limit (International)";
    Any 0x9F54 CUMULATIVE_AMOUNT_LIMIT N "Cumulative Total Transaction Amount Limit";
    Any 0x9F56 ISSUER_AUTHENTICATION_INDICATOR B "Issuer Authentication Indicator";
    Any 0x9F57 ISSUER_COUNTRY_CODE_SCHEME N "Issuer Country Code";
    Any 0x9F58 LOWER_CONSECUTIVE_LIMIT B "Consecutive Offline Transactions, Lower Limit";
    Any 0x9F59 UPPER_CONSECUTIVE_LIMIT B "Consecutive Offline Transactions, Upper Limit";
    Any 0x9F5C CUMULATIVE_AMOUNT_UPPER_LIMIT N "Cumulative Total Transaction Amount Upper Limit";
    Any 0x9F5D AVAILABLE_OFFLINE_AMOUNT N "Available Offline Spending Amount";
    Any 0x9F66 TTQ B "Terminal Transaction Qualifiers (TTQ)" TTQ;
    Any 0x9F68 CARD_ADDITIONAL_PROCESSES B "Card Additional Processes";
    Any 0x9F69 CARD_AUTHENTICATION_RELATED_DATA B "Card Authentication Related Data";
    Any 0x9F6B CARD_CVM_LIMIT N "Card CVM Limit";
    Any 0x9F6C CTQ B "Card Transaction Qualifiers (CTQ)" CTQ;
    Any 0x9F6E FORM_FACTOR_INDICATOR B "Form Factor Indicator";
    Any 0x9F72 CONSECUTIVE_LIMIT_COUNTRY B "Consecutive Transaction Limit (International, Country)";
    Any 0x9F73 CURRENCY_CONVERSION_FACTOR N "Currency Conversion Factor";
    Any 0x9F75 CUMULATIVE_AMOUNT_LIMIT_DUAL_CURRENCY N
        "Cumulative Total Transaction Amount Limit (Dual Currency)";
    Any 0x9F76 SECOND_APPLICATION_CURRENCY_CODE N "Secondary Application Currency Code";
    Any 0x9F7F CARD_PRODUCTION_LIFE_CYCLE B "Card Production Life Cycle Data (CPLC)";
    UnionPay 0x9F61 CARDHOLDER_ID_NUMBER An "Cardholder ID Number";
    UnionPay 0x9F62 CARDHOLDER_ID_TYPE N "Cardholder ID Type";
    UnionPay 0x9F63 PRODUCT_IDENTIFICATION B "Product Identification Information";
    UnionPay 0x9F6D ELECTRONIC_CASH_RESET_THRESHOLD N "Electronic Cash Reset Threshold";
    UnionPay 0x9F74 ELECTRONIC_CASH_AUTHORISATION_CODE An "Electronic Cash Issuer Authorisation Code";
    UnionPay 0x9F77 ELECTRONIC_CASH_BALANCE_LIMIT N "Electronic Cash Balance Limit";
    UnionPay 0x9F78 ELECTRONIC_CASH_TRANSACTION_LIMIT N "Electronic Cash Single Transaction Limit";
    UnionPay 0x9F79 ELECTRONIC_CASH_BALANCE N "Electronic Cash Balance";
    UnionPay 0x9F7A ELECTRONIC_CASH_INDICATOR B "Electronic Cash Terminal Support Indicator";
    UnionPay 0x9F7B ELECTRONIC_CASH_TERMINAL_LIMIT N "Electronic Cash Terminal Transaction Limit";
    UnionPay 0xDF4D LOAD_LOG_ENTRY B "Load Log Entry";
    UnionPay 0xDF4F LOAD_LOG_FORMAT B "Load Log Format";
    UnionPay 0xDF60 CAPP_INDICATOR B "Extended Application (CAPP) Transaction Indicator";
    UnionPay 0xDF69 SM_ALGORITHM_INDICATOR B "SM Algorithm Support Indicator";
    UnionPay 0xDF71 ELECTRONIC_CASH_SECOND_CURRENCY_CODE N
        "Electronic Cash Second Application Currency Code";
    UnionPay 0xDF79 ELECTRONIC_CASH_SECOND_BALANCE N "Electronic Cash Second Balance";
    Visa 0x9F5A APPLICATION_PROGRAM_IDENTIFIER B "Application Program Identifier";
    Visa 0x9F5B ISSUER_SCRIPT_RESULTS B "Issuer Script Results";
    Visa 0x9F7C CUSTOMER_EXCLUSIVE_DATA B "Customer Exclusive Data";
    Mastercard 0x82 AIP_MASTERCARD B "Application Interchange Profile (AIP)" AIP_MASTERCARD;
    Mastercard 0x9F50 OFFLINE_ACCUMULATOR_BALANCE N "Offline Accumulator Balance";
    Mastercard 0x9F51 DRDOL B "Data Recovery Data Object List (DRDOL)";
    Mastercard 0x9F53 TRANSACTION_CATEGORY_CODE An "Transaction Category Code";
    Mastercard 0x9F54 DS_ODS_CARD B "DS ODS Card";
    Mastercard 0x9F5B DSDOL B "Data Storage Data Object List (DSDOL)";
    Mastercard 0x9F5C DS_REQUESTED_OPERATOR_ID B "DS Requested Operator ID";
    Mastercard 0x9F5D APPLICATION_CAPABILITIES_INFORMATION B "Application Capabilities Information"
        APPLICATION_CAPABILITIES;
    Mastercard 0x9F5E DS_ID N "DS ID";
    Mastercard 0x9F5F DS_SLOT_AVAILABILITY B "DS Slot Availability";
    Mastercard 0x9F60 CVC3_TRACK_1 B "CVC3 (Track1)";
    Mastercard 0x9F61 CVC3_TRACK_2 B "CVC3 (Track2)";
    Mastercard 0x9F62 PCVC3_TRACK_1 B "PCVC3 (Track1)";
    Mastercard 0x9F63 PUNATC_TRACK_1 B "PUNATC (Track1)";
    Mastercard 0x9F64 NATC_TRACK_1 B "NATC (Track1)";
    Mastercard 0x9F65 PCVC3_TRACK_2 B "PCVC3 (Track2)";
    Mastercard 0x9F66 PUNATC_TRACK_2 B "PUNATC (Track2)";
    Mastercard 0x9F67 NATC_TRACK_2 B "NATC (Track2)";
    Mastercard 0x9F68 MAGSTRIPE_CVM_LIST B "Mag-stripe CVM List";
    Mastercard 0x9F69 UDOL B "Unpredictable Number Data Object List (UDOL)";
    Mastercard 0x9F6A UNPREDICTABLE_NUMBER_NUMERIC N "Unpredictable Number (Numeric)";
    Mastercard 0x9F6B TRACK_2_DATA B "Track 2 Data";
    Mastercard 0x9F6C MAGSTRIPE_VERSION_NUMBER B "Mag-stripe Application Version Number, card";
    Mastercard 0x9F6D MAGSTRIPE_VERSION_NUMBER_READER B "Mag-stripe Application Version Number, reader";
    Mastercard 0x9F6E THIRD_PARTY_DATA B "Third Party Data";
    Mastercard 0x9F6F DS_SLOT_MANAGEMENT_CONTROL B "DS Slot Management Control";
    Mastercard 0x9F70 PROTECTED_DATA_ENVELOPE_1 B "Protected Data Envelope 1";
    Mastercard 0x9F71 PROTECTED_DATA_ENVELOPE_2 B "Protected Data Envelope 2";
    Mastercard 0x9F72 PROTECTED_DATA_ENVELOPE_3 B "Protected Data Envelope 3";
    Mastercard 0x9F73 PROTECTED_DATA_ENVELOPE_4 B "Protected Data Envelope 4";
    Mastercard 0x9F74 PROTECTED_DATA_ENVELOPE_5 B "Protected Data Envelope 5";
    Mastercard 0x9F75 UNPROTECTED_DATA_ENVELOPE_1 B "Unprotected Data Envelope 1";
    Mastercard 0x9F76 UNPROTECTED_DATA_ENVELOPE_2 B "Unprotected Data Envelope 2";
    Mastercard 0x9F77 UNPROTECTED_DATA_ENVELOPE_3 B "Unprotected Data Envelope 3";
    Mastercard 0x9F78 UNPROTECTED_DATA_ENVELOPE_4 B "Unprotected Data Envelope 4";
    Mastercard 0x9F79 UNPROTECTED_DATA_ENVELOPE_5 B "Unprotected Data Envelope 5";
    Mastercard 0x9F7C MERCHANT_CUSTOM_DATA B "Merchant Custom Data";
    Mastercard 0x9F7D DS_SUMMARY_1 B "DS Summary 1";
    Mastercard 0x9F7E MOBILE_SUPPORT_INDICATOR B "Mobile Support Indicator";
    Mastercard 0x9F7F DS_UNPREDICTABLE_NUMBER B "DS Unpredictable Number";
    Mastercard 0xDF4B POS_CARDHOLDER_INTERACTION B "POS Cardholder Interaction Information";
    Mastercard 0xDF_8115 ERROR_INDICATION B "Error Indication";
    Mastercard 0xDF_8116 USER_INTERFACE_REQUEST_DATA B "User Interface Request Data";
    Mastercard 0xDF_8117 CARD_DATA_INPUT_CAPABILITY B "Card Data Input Capability";
    Mastercard 0xDF_8118 CVM_CAPABILITY_CVM_REQUIRED B "CVM Capability, CVM Required";
    Mastercard 0xDF_8119 CVM_CAPABILITY_NO_CVM_REQUIRED B "CVM Capability, No CVM Required";
    Mastercard 0xDF_811B KERNEL_CONFIGURATION B "Kernel Configuration";
    Mastercard 0xDF_811F SECURITY_CAPABILITY B "Security Capability";
    Mastercard 0xDF_8120 TERMINAL_ACTION_CODE_DEFAULT B "Terminal Action Code, Default" TVR;
    Mastercard 0xDF_8121 TERMINAL_ACTION_CODE_DENIAL B "Terminal Action Code, Denial" TVR;
    Mastercard 0xDF_8122 TERMINAL_ACTION_CODE_ONLINE B "Terminal Action Code, Online" TVR;
    Mastercard 0xDF_8123 READER_FLOOR_LIMIT N "Reader Contactless Floor Limit";
    Mastercard 0xDF_8124 READER_LIMIT_NO_CDCVM N "Reader Contactless Transaction Limit (No On-device CVM)";
    Mastercard 0xDF_8125 READER_LIMIT_CDCVM N "Reader Contactless Transaction Limit (On-device CVM)";
    Mastercard 0xDF_8126 READER_CVM_REQUIRED_LIMIT N "Reader CVM Required Limit";
    Mastercard 0xDF_8129 OUTCOME_PARAMETER_SET B "Outcome Parameter Set";
}
