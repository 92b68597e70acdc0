/*
 * The parts of OUI that the page uses, one by one: the whole of it takes seconds to load for each test file, and needs
 * packages that only Dashboards has.
 */
export { EuiAccordion } from '@elastic/eui/lib/components/accordion';
export { EuiBadge } from '@elastic/eui/lib/components/badge';
export { EuiBasicTable } from '@elastic/eui/lib/components/basic_table';
export { EuiButton, EuiButtonEmpty, EuiButtonIcon } from '@elastic/eui/lib/components/button';
export { EuiCallOut } from '@elastic/eui/lib/components/call_out';
export { EuiCodeBlock } from '@elastic/eui/lib/components/code';
export { EuiCopy } from '@elastic/eui/lib/components/copy';
export { EuiEmptyPrompt } from '@elastic/eui/lib/components/empty_prompt';
export { EuiCheckbox } from '@elastic/eui/lib/components/form/checkbox';
export { EuiFieldSearch } from '@elastic/eui/lib/components/form/field_search';
export { EuiFieldText } from '@elastic/eui/lib/components/form/field_text';
export { EuiFormRow } from '@elastic/eui/lib/components/form/form_row';
export { EuiRadioGroup } from '@elastic/eui/lib/components/form/radio';
export { EuiSelect } from '@elastic/eui/lib/components/form/select';
export { EuiTextArea } from '@elastic/eui/lib/components/form/text_area';
export { EuiIcon } from '@elastic/eui/lib/components/icon';
export { EuiLoadingContent } from '@elastic/eui/lib/components/loading';
export { EuiModal, EuiModalBody, EuiModalFooter, EuiModalHeader } from '@elastic/eui/lib/components/modal';
export { EuiPagination } from '@elastic/eui/lib/components/pagination';
export { EuiPanel } from '@elastic/eui/lib/components/panel';
export { EuiProgress } from '@elastic/eui/lib/components/progress';
export { EuiTitle } from '@elastic/eui/lib/components/title';
